/** What an administrator asks when something is odd: is this machine fit, is the data folder whole. Changes nothing. */
@org.jspecify.annotations.NullMarked
package dev.tandem.server.platform.doctor;
