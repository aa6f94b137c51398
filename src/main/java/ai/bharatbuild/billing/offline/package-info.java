/** The adapter of {@link ai.bharatbuild.billing.PaymentProvider} that operators confirm by hand. */
package ai.bharatbuild.billing.offline;
