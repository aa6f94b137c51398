package ai.bharatbuild.accounts.oauth;

/**
 * Who somebody is to another service.
 *
 * @param subject what the service calls them, which never changes
 * @param email an address that the service has verified, or null
 * @param name what they are called, never blank
 */
record OAuthIdentity(String provider, String subject, String email, String name) {}
