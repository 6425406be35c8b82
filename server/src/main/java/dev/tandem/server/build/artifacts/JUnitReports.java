package dev.tandem.server.build.artifacts;

import dev.tandem.server.build.store.TestCase;
import dev.tandem.server.build.store.TestReport;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Reads JUnit XML. Documents with a DTD are refused, so nothing can be fetched or blown up; texts and counts are bounded. */
final class JUnitReports {
    private static final int MOST_CASES = 100_000;
    /** Of cases that passed only so many are kept; failures come first. */
    private static final int KEPT_CASES = 2_000;

    private static final int LONGEST_DETAIL = 8_000;
    private static final int LONGEST_NAME = 500;
    private static final XMLInputFactory XML = factory();

    private final List<TestCase> cases = new ArrayList<>();

    private JUnitReports() {}

    /** Of all files of one job. A file that cannot be read makes the whole report unreadable, and says why. */
    static TestReport read(List<byte[]> files) {
        JUnitReports reports = new JUnitReports();
        for (byte[] file : files) {
            try {
                reports.document(XML.createXMLStreamReader(new ByteArrayInputStream(file)));
            } catch (XMLStreamException e) {
                String place = e.getLocation() == null
                        ? ""
                        : " (line " + e.getLocation().getLineNumber() + ", column "
                                + e.getLocation().getColumnNumber() + ")";
                return TestReport.unreadable("The JUnit report is not XML that can be read" + place);
            } catch (IllegalStateException e) {
                return TestReport.unreadable(String.valueOf(e.getMessage()));
            }
        }
        return reports.summary();
    }

    private TestReport summary() {
        cases.sort(Comparator.comparing(JUnitReports::rank));
        double seconds = cases.stream().mapToDouble(TestCase::seconds).sum();
        return new TestReport(
                cases.size(),
                count("failed"),
                count("error"),
                count("skipped"),
                (long) (seconds * 1000),
                null,
                cases.subList(0, Math.min(KEPT_CASES, cases.size())));
    }

    private static int rank(TestCase one) {
        return switch (one.status()) {
            case "failed", "error" -> 0;
            case "skipped" -> 2;
            default -> 1;
        };
    }

    private int count(String status) {
        return (int) cases.stream().filter(one -> one.status().equals(status)).count();
    }

    private void document(XMLStreamReader xml) throws XMLStreamException {
        String suite = "";
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.DTD) {
                throw new IllegalStateException("The JUnit report has a document type declaration, which is refused");
            }
            if (event != XMLStreamConstants.START_ELEMENT) {
                continue;
            }
            if (xml.getLocalName().equals("testsuite")) {
                suite = attribute(xml, "name");
            } else if (xml.getLocalName().equals("testcase")) {
                if (cases.size() == MOST_CASES) {
                    throw new IllegalStateException("The JUnit report has more than " + MOST_CASES + " cases");
                }
                cases.add(testCase(xml, suite));
            }
        }
    }

    private static TestCase testCase(XMLStreamReader xml, String suite) throws XMLStreamException {
        String className = attribute(xml, "classname");
        String name = attribute(xml, "name");
        double seconds = seconds(attribute(xml, "time"));
        String status = "success";
        String detail = null;
        int depth = 1;
        while (depth > 0 && xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.END_ELEMENT) {
                depth--;
            } else if (event == XMLStreamConstants.START_ELEMENT) {
                depth++;
                String found = status(xml.getLocalName());
                if (found != null) {
                    status = found;
                    detail = detail(xml);
                    depth--;
                }
            }
        }
        return new TestCase(suite, className, name, status, seconds, detail);
    }

    private static @Nullable String status(String element) {
        return switch (element) {
            case "failure" -> "failed";
            case "error" -> "error";
            case "skipped" -> "skipped";
            default -> null;
        };
    }

    /** The message attribute and the text; the reader stands at the element's end afterwards. */
    private static String detail(XMLStreamReader xml) throws XMLStreamException {
        StringBuilder text = new StringBuilder(attribute(xml, "message"));
        int depth = 1;
        while (depth > 0 && xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> depth++;
                case XMLStreamConstants.END_ELEMENT -> depth--;
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                    if (text.length() < LONGEST_DETAIL) {
                        text.append(text.isEmpty() ? "" : "\n").append(xml.getText());
                    }
                }
                default -> {
                    // Comments and the like say nothing.
                }
            }
        }
        return cut(text.toString().strip(), LONGEST_DETAIL);
    }

    private static String attribute(XMLStreamReader xml, String name) {
        String value = xml.getAttributeValue(null, name);
        return value == null ? "" : cut(value, LONGEST_NAME);
    }

    private static double seconds(String text) {
        try {
            double seconds = Double.parseDouble(text.replace(",", ""));
            return Double.isFinite(seconds) && seconds > 0 ? seconds : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static String cut(String text, int longest) {
        return text.length() > longest ? text.substring(0, longest) + "…" : text;
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, false);
        return factory;
    }
}
