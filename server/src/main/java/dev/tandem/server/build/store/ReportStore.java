package dev.tandem.server.build.store;

import static dev.tandem.server.platform.tables.Tables.DOTENV_VARIABLES;
import static dev.tandem.server.platform.tables.Tables.JOB_COVERAGE;
import static dev.tandem.server.platform.tables.Tables.TEST_REPORTS;

import dev.tandem.pipeline.rule.Variable;
import dev.tandem.server.platform.tables.tables.records.TestReportsRecord;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import tools.jackson.core.type.TypeReference;

/** Rows of test reports and of variables that jobs hand on. */
public final class ReportStore {
    private static final TypeReference<List<TestCase>> CASES = new TypeReference<>() {};

    public void replaceTests(DSLContext sql, long jobId, TestReport report) {
        sql.deleteFrom(TEST_REPORTS).where(TEST_REPORTS.JOB_ID.eq(jobId)).execute();
        TestReportsRecord row = sql.newRecord(TEST_REPORTS);
        row.setJobId(jobId);
        row.setTests(report.tests());
        row.setFailures(report.failures());
        row.setErrors(report.errors());
        row.setSkipped(report.skipped());
        row.setDurationMillis(report.durationMillis());
        row.setProblem(report.problem());
        row.setCases(Codec.text(report.cases()));
        row.insert();
    }

    /** By job. */
    public Map<Long, TestReport> tests(DSLContext sql, Collection<Long> jobIds) {
        Map<Long, TestReport> reports = new HashMap<>();
        sql.selectFrom(TEST_REPORTS)
                .where(TEST_REPORTS.JOB_ID.in(jobIds))
                .fetch()
                .forEach(row -> reports.put(row.getJobId(), report(row)));
        return reports;
    }

    public void replaceDotenv(DSLContext sql, long jobId, Map<String, String> variables) {
        sql.deleteFrom(DOTENV_VARIABLES)
                .where(DOTENV_VARIABLES.JOB_ID.eq(jobId))
                .execute();
        variables.forEach((name, value) -> sql.insertInto(DOTENV_VARIABLES)
                .set(DOTENV_VARIABLES.JOB_ID, jobId)
                .set(DOTENV_VARIABLES.NAME, name)
                .set(DOTENV_VARIABLES.VALUE, value)
                .execute());
    }

    /** Variables that these jobs handed on; of a later job wins. */
    public List<Variable> dotenv(DSLContext sql, Collection<Long> jobIds) {
        return sql.selectFrom(DOTENV_VARIABLES)
                .where(DOTENV_VARIABLES.JOB_ID.in(jobIds))
                .orderBy(DOTENV_VARIABLES.JOB_ID, DOTENV_VARIABLES.ID)
                .fetch(row -> Variable.raw(row.getName(), row.getValue()));
    }

    /** @param percent with two digits behind the point */
    public void replaceCoverage(DSLContext sql, long jobId, BigDecimal percent) {
        sql.deleteFrom(JOB_COVERAGE).where(JOB_COVERAGE.JOB_ID.eq(jobId)).execute();
        sql.insertInto(JOB_COVERAGE)
                .set(JOB_COVERAGE.JOB_ID, jobId)
                .set(JOB_COVERAGE.HUNDREDTHS, percent.unscaledValue().longValueExact())
                .execute();
    }

    /** In percent, by job; one that tells none is missing. */
    public Map<Long, BigDecimal> coverage(DSLContext sql, Collection<Long> jobIds) {
        return sql.selectFrom(JOB_COVERAGE)
                .where(JOB_COVERAGE.JOB_ID.in(jobIds))
                .fetchMap(JOB_COVERAGE.JOB_ID, row -> BigDecimal.valueOf(row.getHundredths(), 2));
    }

    private static TestReport report(TestReportsRecord row) {
        return new TestReport(
                row.getTests(),
                row.getFailures(),
                row.getErrors(),
                row.getSkipped(),
                row.getDurationMillis(),
                row.getProblem(),
                Codec.read(row.getCases(), CASES));
    }
}
