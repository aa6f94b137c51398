package ai.bharatbuild.it;

/** Policies of what is named where the engine connects sandboxes. */
@NetworkHarness.ByEngine
class NetworkAllowByEngineIT extends NetworkAllowIT {}
