package dev.tandem.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotpTest {
    private static final byte[] RFC_SECRET = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

    /** The vectors of RFC 6238, appendix B, SHA-1; of their eight digits the last six. */
    @ParameterizedTest
    @CsvSource({
        "59, 287082",
        "1111111109, 081804",
        "1111111111, 050471",
        "1234567890, 005924",
        "2000000000, 279037",
        "20000000000, 353130"
    })
    void codesAreThoseOfTheRfc(long seconds, String code) {
        assertThat(Totp.code(RFC_SECRET, Totp.step(Instant.ofEpochSecond(seconds))))
                .isEqualTo(code);
    }

    /** The vectors of RFC 4648, section 10, without padding. */
    @ParameterizedTest
    @CsvSource({"f, MY", "fo, MZXQ", "foo, MZXW6", "foob, MZXW6YQ", "fooba, MZXW6YTB", "foobar, MZXW6YTBOI"})
    void base32IsThatOfTheRfc(String plain, String base32) {
        assertThat(Totp.base32(plain.getBytes(StandardCharsets.US_ASCII))).isEqualTo(base32);
    }

    @Test
    void aCodeIsGoodForHalfAMinuteAroundItsOwn() {
        String secret = Totp.base32(RFC_SECRET);
        Instant now = Instant.ofEpochSecond(1_234_567_890);
        long step = Totp.step(now);
        String code = Totp.code(secret, step);

        assertThat(Totp.matchingStep(secret, code.substring(0, 3) + " " + code.substring(3), now))
                .hasValue(step);
        assertThat(Totp.matchingStep(secret, code, now.plusSeconds(30))).hasValue(step);
        assertThat(Totp.matchingStep(secret, code, now.minusSeconds(30))).hasValue(step);
        assertThat(Totp.matchingStep(secret, code, now.plusSeconds(60))).isEmpty();
        assertThat(Totp.matchingStep(secret, "", now)).isEmpty();
    }

    @Test
    void theQrCodeSaysWhatItShall() throws Exception {
        for (int i = 0; i < 50; i++) {
            assertSays("otpauth://totp/Tandem%20tandem.example.test:mei?secret=" + Totp.newSecret());
        }
    }

    private static void assertSays(String text) throws Exception {
        QrCode code = QrCode.of(text);
        int scale = 4;
        int side = code.size() * scale;
        int[] pixels = new int[side * side];
        Arrays.fill(pixels, 0xffffff);
        Matcher module = Pattern.compile("M(\\d+) (\\d+)h1v1h-1z").matcher(code.path());
        while (module.find()) {
            int left = Integer.parseInt(module.group(1)) * scale;
            int top = Integer.parseInt(module.group(2)) * scale;
            for (int y = top; y < top + scale; y++) {
                Arrays.fill(pixels, y * side + left, y * side + left + scale, 0);
            }
        }

        BinaryBitmap picture = new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(side, side, pixels)));
        // The library's way to find a code in any picture misses one in forty of those without a flaw.
        Map<DecodeHintType, Object> withoutLooking = Map.of(DecodeHintType.PURE_BARCODE, true);
        assertThat(new QRCodeReader().decode(picture, withoutLooking).getText()).isEqualTo(text);
    }
}
