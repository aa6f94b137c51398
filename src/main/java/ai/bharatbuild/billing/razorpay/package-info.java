/** The adapter of {@link ai.bharatbuild.billing.PaymentProvider} for Razorpay. */
package ai.bharatbuild.billing.razorpay;
