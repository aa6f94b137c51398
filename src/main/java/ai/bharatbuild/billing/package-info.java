/**
 * Plans, subscriptions, payments and invoices. All money is in paise, as whole numbers; all times
 * are compared with a clock given by the composition root.
 */
package ai.bharatbuild.billing;
