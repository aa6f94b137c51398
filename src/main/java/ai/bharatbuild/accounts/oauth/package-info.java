/**
 * Signing in with an account of another service: OAuth 2.0 authorization codes with PKCE. {@link
 * ai.bharatbuild.accounts.oauth.OAuthFlow} ties the two halves of a sign-in to one browser, {@link
 * ai.bharatbuild.accounts.oauth.OAuthProvider} asks the service who came, and {@link
 * ai.bharatbuild.accounts.oauth.OAuthAccounts} finds or makes the account.
 */
package ai.bharatbuild.accounts.oauth;
