/** A user's durable projects, and what points at the jobs, messages and documents made for them. */
package ai.bharatbuild.projects;
