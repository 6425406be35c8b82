package dev.tandem.server.platform.operation;

import dev.tandem.server.platform.Networks;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Enumeration;
import java.util.Optional;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Behind a proxy that the administrator trusts, makes the client's own address the one that throttling and the audit log
 * see. {@code X-Forwarded-For} is read from its end: each proxy appends whom it heard, and the first that is no trusted
 * proxy is the client. What stands before that anybody could have written.
 */
final class ForwardedAddress extends ValveBase {
    private static final String HEADER = "X-Forwarded-For";

    private final Networks trusted;

    ForwardedAddress(Networks trusted) {
        super(true);
        this.trusted = trusted;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        String direct = request.getRemoteAddr();
        String client = client(direct, request.getHeaders(HEADER));
        if (!client.equals(direct)) {
            request.setRemoteAddr(client);
        }
        getNext().invoke(request, response);
    }

    /** @param headers all lines of the header, in their order */
    String client(String direct, Enumeration<String> headers) {
        StringBuilder chain = new StringBuilder();
        while (headers.hasMoreElements()) {
            chain.append(',').append(headers.nextElement());
        }
        String[] hops = chain.toString().split(",", -1);
        String client = direct;
        for (int at = hops.length - 1; at >= 0 && isTrusted(client); at--) {
            Optional<InetAddress> hop = Networks.literal(hops[at].strip());
            if (hop.isEmpty()) {
                break;
            }
            client = hop.get().getHostAddress();
        }
        return client;
    }

    private boolean isTrusted(String address) {
        return Networks.literal(address).filter(trusted::contains).isPresent();
    }
}
