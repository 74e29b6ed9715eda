using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Cozy.Silo.Hosting;

/// <summary>
/// The memory that HTTP is received into and sent from, in blocks of 16 KiB: with Kestrel's own of 4 KiB a file takes four times
/// the calls to the system. A connection that waits holds none.
/// </summary>
internal sealed class NetworkMemory : IMemoryPoolFactory<byte>
{
    private const int BlockBytes = 16 * 1024;

    /// <summary>How many free blocks a pool keeps, of which there is one for each of some threads of the network.</summary>
    private const int KeptBlocks = 128;

    /// <inheritdoc/>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new Pool();

    private sealed class Pool : MemoryPool<byte>
    {
        private readonly ConcurrentQueue<byte[]> _free = [];
        private int _kept;

        public override int MaxBufferSize => BlockBytes;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
            if (!_free.TryDequeue(out var block))
                return new Block(this, GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true));
            Interlocked.Decrement(ref _kept);
            return new Block(this, block);
        }

        protected override void Dispose(bool disposing) => _free.Clear();

        private void Return(byte[] block)
        {
            if (Interlocked.Increment(ref _kept) <= KeptBlocks)
                _free.Enqueue(block);
            else
                Interlocked.Decrement(ref _kept);
        }

        /// <summary>A block in use; a second disposal does nothing.</summary>
        private sealed class Block(Pool owner, byte[] bytes) : IMemoryOwner<byte>
        {
            private byte[]? _bytes = bytes;

            public Memory<byte> Memory => _bytes;

            public void Dispose()
            {
                if (Interlocked.Exchange(ref _bytes, null) is { } free)
                    owner.Return(free);
            }
        }
    }
}
