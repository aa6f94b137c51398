package ai.bharatbuild.storage;

import java.util.List;

/**
 * Some objects, in the order of their keys.
 *
 * @param more whether there are others behind the last one
 */
public record ObjectPage(List<ObjectStat> objects, boolean more) {}
