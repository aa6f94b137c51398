package ai.bharatbuild.limits;

import ai.bharatbuild.kv.Rate;
import java.util.List;

/**
 * Who is limited.
 *
 * @param address where the call comes from
 * @param user the caller's id, or null for an anonymous one
 * @param tier the tier that the caller's other calls count under
 * @param key id of the API key that the call was made with, or null
 * @param keyRates the key's own rates
 */
public record RateSubject(
    String address, String user, RateClass tier, String key, List<Rate> keyRates) {}
