package ai.bharatbuild.jobs;

import java.time.Instant;

/**
 * What a job was completed with, as long as it is held by {@link Completions}.
 *
 * @param id one completion has one id, however often its ZIP is made
 * @param incarnation which life of the job's id
 * @param projectName of the job
 * @param at when its ZIP was made
 */
public record Completion(
    String id, String job, String incarnation, String owner, String projectName, Instant at) {}
