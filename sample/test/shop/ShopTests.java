package shop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The shop's tests, with nothing but a JDK; writes JUnit XML to the file named first. */
public final class ShopTests {
    private final List<String> cases = new ArrayList<>();
    private int failures;

    public static void main(String[] arguments) throws IOException {
        ShopTests tests = new ShopTests();
        tests.check("greets", Shop.greeting().startsWith("Welcome to the shop"));
        tests.check("addsUpPrices", Shop.totalCents(199, 301) == 500);
        tests.check("anEmptyBasketCostsNothing", Shop.totalCents() == 0);
        tests.write(Path.of(arguments[0]));
        System.out.println(tests.cases.size() + " tests, " + tests.failures + " failed");
        System.exit(tests.failures == 0 ? 0 : 1);
    }

    private void check(String name, boolean holds) {
        String start = "  <testcase classname=\"shop.ShopTests\" name=\"" + name + "\" time=\"0.001\"";
        cases.add(holds ? start + "/>" : start + "><failure message=\"does not hold\"/></testcase>");
        failures += holds ? 0 : 1;
    }

    private void write(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("<testsuite name=\"shop\" tests=\"" + cases.size() + "\" failures=\"" + failures + "\">");
        lines.addAll(cases);
        lines.add("</testsuite>");
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, lines);
    }
}
