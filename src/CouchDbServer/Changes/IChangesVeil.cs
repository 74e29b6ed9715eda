using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Changes;

/// <summary>Hides documents from the feeds that one request reads. It is a feature of the request.</summary>
public interface IChangesVeil
{
    /// <summary>The changes as the request is to see them: as many, in the same order, with the same sequences.</summary>
    ValueTask<IReadOnlyList<DocumentChange>> HideAsync(IReadOnlyList<DocumentChange> changes);
}
