namespace Cozy.Grains.Tests.Files;

// What a tree promises, on the stores of one server and on those of a farm.
public sealed class FileTreeGrainTests(TestSilo silo) : FileTreeGrainContract(silo);

public sealed class FarmFileTreeGrainTests(FarmStoresSilo silo) : FileTreeGrainContract(silo);

public sealed class ListingTests(TestSilo silo) : ListingContract(silo);

public sealed class FarmListingTests(FarmStoresSilo silo) : ListingContract(silo);

public sealed class MoveTests(TestSilo silo) : MoveContract(silo);

public sealed class FarmMoveTests(FarmStoresSilo silo) : MoveContract(silo);

public sealed class TrashTests(TestSilo silo) : TrashContract(silo);

public sealed class FarmTrashTests(FarmStoresSilo silo) : TrashContract(silo);

public sealed class VersionTests(TestSilo silo) : VersionContract(silo);

public sealed class FarmVersionTests(FarmStoresSilo silo) : VersionContract(silo);

public sealed class FileFailureTests(TestSilo silo) : FailureContract(silo);

public sealed class FarmFileFailureTests(FarmStoresSilo silo) : FailureContract(silo);
