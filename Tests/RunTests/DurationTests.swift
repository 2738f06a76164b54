/// Durations as people read them.
import Run
import Testing

@Suite struct DurationTests {
    @Test(arguments: [
        (0, "0ms"), (999, "999ms"), (1000, "1.0s"), (4250, "4.2s"), (59_999, "59.9s"), (60_000, "1m00s"),
        (185_400, "3m05s"), (3_599_999, "59m59s"), (3_600_000, "1h00m"), (3_720_000, "1h02m"), (90_000_000, "25h00m"),
    ])
    func isShort(milliseconds: Int, words: String) {
        #expect(Duration.milliseconds(milliseconds).formattedBriefly == words)
        #expect(Duration.milliseconds(milliseconds).wholeMilliseconds == milliseconds)
    }

    @Test func lessThanAMillisecondIsNone() {
        #expect(Duration.nanoseconds(999_999).wholeMilliseconds == 0)
    }
}
