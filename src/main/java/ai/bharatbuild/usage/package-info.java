/** Who used what: rows for calls and for answers of models, and their sums by day. */
package ai.bharatbuild.usage;
