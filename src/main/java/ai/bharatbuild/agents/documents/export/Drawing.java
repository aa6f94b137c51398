package ai.bharatbuild.agents.documents.export;

/**
 * A diagram, drawn.
 *
 * @param svg as a file of its own
 * @param png the same as pixels, about twice as many as width and height
 * @param width in CSS pixels
 */
record Drawing(byte[] svg, byte[] png, int width, int height) {}
