/** Versions of jobs: what each completion held, kept by content for good. */
package ai.bharatbuild.versions;
