/**
 * Previews: what runs in a sandbox, seen at an origin of its own.
 *
 * <p>User code never shares the API's origin. What passes between a browser and an app is decided
 * here: {@link ai.bharatbuild.preview.RequestHeaders} and {@link
 * ai.bharatbuild.preview.ResponseHeaders} for headers, {@link ai.bharatbuild.preview.Cookies} for
 * cookies, {@link ai.bharatbuild.preview.Framing} for what a request is. The proxy library moves
 * the bodies of ordinary exchanges ({@link ai.bharatbuild.preview.HttpPassage}); WebSockets are a
 * tunnel of our own ({@link ai.bharatbuild.preview.WebSocketPassage}), because the library's has no
 * backpressure and drops the answer to a refused handshake.
 */
package ai.bharatbuild.preview;
