/** Requests that users cause the server to make: through {@link dev.tandem.server.platform.http.OutgoingHttp} only. */
@org.jspecify.annotations.NullMarked
package dev.tandem.server.platform.http;
