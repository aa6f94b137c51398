package ai.bharatbuild.it;

/** Where connections get to where the engine connects sandboxes. */
@NetworkHarness.ByEngine
class NetworkReachByEngineIT extends NetworkReachIT {}
