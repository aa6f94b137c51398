/** What happened that somebody may ask about later; nobody can change it afterwards. */
package ai.bharatbuild.audit;
