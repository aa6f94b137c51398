/** Search in the files of a workspace: resumable, in slices, in time linear in what is read. */
package ai.bharatbuild.jobs.search;
