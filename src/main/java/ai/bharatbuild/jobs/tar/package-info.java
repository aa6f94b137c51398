/** Tar archives as streams: read from buffers as they come, written as fast as they are taken. */
package ai.bharatbuild.jobs.tar;
