package dev.tandem.pipeline.rule;

import com.google.re2j.Pattern;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A parsed {@code if}. Values are texts, booleans and nil (null here). Note that an empty text counts as true inside {@code &&} and
 * {@code ||}, but the final result counts only when it is not empty: GitLab's semantics.
 */
public sealed interface Expression {
    /** The value: String, Boolean or null. */
    @Nullable
    Object evaluate(Function<String, @Nullable String> variables);

    /** Whether a rule with this expression matches. */
    default boolean matches(Function<String, @Nullable String> variables) {
        Object value = evaluate(variables);
        return value instanceof String text ? !text.isBlank() : Boolean.TRUE.equals(value);
    }

    /** {@code $NAME}. */
    record Name(String name) implements Expression {
        @Override
        public @Nullable Object evaluate(Function<String, @Nullable String> variables) {
            return variables.apply(name);
        }
    }

    /** A quoted text. */
    record Text(String text) implements Expression {
        @Override
        public Object evaluate(Function<String, @Nullable String> variables) {
            return text;
        }
    }

    /** {@code null}. */
    record Nil() implements Expression {
        @Override
        public @Nullable Object evaluate(Function<String, @Nullable String> variables) {
            return null;
        }
    }

    /** {@code /body/flags}. */
    record Regex(String source, Pattern pattern) implements Expression {
        @Override
        public Object evaluate(Function<String, @Nullable String> variables) {
            return source;
        }
    }

    /** {@code ==} and {@code !=}. */
    record Equal(Expression left, Expression right, boolean negated) implements Expression {
        @Override
        public Object evaluate(Function<String, @Nullable String> variables) {
            return negated != Objects.equals(left.evaluate(variables), right.evaluate(variables));
        }
    }

    /** {@code =~} and {@code !~}. */
    record Match(Expression left, Expression right, boolean negated) implements Expression {
        @Override
        public Object evaluate(Function<String, @Nullable String> variables) {
            return negated != found(left.evaluate(variables), variables);
        }

        private boolean found(@Nullable Object text, Function<String, @Nullable String> variables) {
            if (!(text instanceof String searched) || searched.isEmpty()) {
                return false;
            }
            if (right instanceof Regex regex) {
                return regex.pattern().matcher(searched).find();
            }
            if (!(right.evaluate(variables) instanceof String given)) {
                return false;
            }
            Optional<Pattern> pattern = ExpressionParser.patternIn(given);
            return pattern.map(each -> each.matcher(searched).find()).orElseGet(() -> given.contains(searched));
        }
    }

    /** {@code &&}. */
    record And(Expression left, Expression right) implements Expression {
        @Override
        public @Nullable Object evaluate(Function<String, @Nullable String> variables) {
            Object first = left.evaluate(variables);
            return first == null || first.equals(false) ? first : right.evaluate(variables);
        }
    }

    /** {@code ||}. */
    record Or(Expression left, Expression right) implements Expression {
        @Override
        public @Nullable Object evaluate(Function<String, @Nullable String> variables) {
            Object first = left.evaluate(variables);
            return first == null || first.equals(false) ? right.evaluate(variables) : first;
        }
    }
}
