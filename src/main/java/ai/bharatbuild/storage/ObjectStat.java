package ai.bharatbuild.storage;

import java.time.Instant;

/**
 * What is known of an object.
 *
 * @param size bytes
 */
public record ObjectStat(String key, long size, Instant modified) {}
