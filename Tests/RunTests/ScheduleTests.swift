/// The schedule's transitions, as tables: what is started or ends, and what follows. Nothing here is concurrent.
import Action
import Plan
import Run
import Testing

@Suite struct ScheduleTests {
    enum Event {
        case next, green(String), red(String), stop
    }

    /// a ← b ← d, a ← c ← d, e
    private static let diamond = [
        action("a"), action("b", order("a")), action("c", order("a")), action("d", order("b", "c")), action("e"),
    ]

    /// Plays the events and tells what each one answered, then the state of every action.
    private func play(_ actions: [Action], _ events: [Event]) -> [String] {
        var schedule = Schedule(StepGraph(actions))
        var answers = events.map { event in
            switch event {
            case .next: schedule.next()?.id.text ?? "-"
            case .green(let name): schedule.finish(ActionID(name), green: true).map(\.id.text).joined(separator: ",")
            case .red(let name): schedule.finish(ActionID(name), green: false).map(\.id.text).joined(separator: ",")
            case .stop: schedule.stop(reason: "stopped").map(\.id.text).joined(separator: ",")
            }
        }
        answers.append(actions.map { word(schedule[$0.id]) }.joined(separator: " ") + (schedule.isFinished ? " finished" : ""))
        return answers
    }

    private func word(_ state: Schedule.State) -> String {
        switch state {
        case .waiting(let count): "waiting(\(count))"
        case .skipped(let reason): "skipped(\(reason))"
        default: "\(state)"
        }
    }

    @Test func atFirstWhatNeedsNothingIsReady() {
        #expect(play(Self.diamond, []) == ["ready waiting(1) waiting(1) waiting(2) ready"])
        #expect(play([], []) == [" finished"])
    }

    @Test func theFirstOfTheGraphIsNext() {
        #expect(play(Self.diamond, [.next, .next, .next]) == ["a", "e", "-", "running waiting(1) waiting(1) waiting(2) running"])
    }

    /// Go commands that share a build cache and would all compile the same; a test may take long, so nobody waits for it.
    @Test func whatIsCompiledOnceIsWaitedFor() {
        func compiling(_ name: String, _ kind: ActionKind, _ family: String = "linux") -> Action {
            var action = Action(id: ActionID(name), step: name, kind: kind, title: name, argv: [])
            action.environment["GOCACHE"] = SymbolicText(.buildCache(family: family))
            return action
        }
        let actions = [
            compiling("vet", .vet), compiling("test", .test), compiling("build", .build), compiling("other", .build, "darwin"),
            compiling("run", .run), compiling("again", .test),
        ]
        #expect(play(actions, [.next, .next, .next, .next]).dropLast() == ["vet", "other", "run", "-"])
        #expect(
            play(actions, [.next, .green("vet"), .next, .next, .next, .next, .red("build"), .next]).dropLast() == [
                "vet", "", "test", "build", "other", "run", "", "again",
            ])
    }

    @Test func aGreenOneReadiesThoseThatWaitedForItAlone() {
        #expect(
            play(Self.diamond, [.next, .green("a"), .next, .green("b"), .next]) == [
                "a", "", "b", "", "c", "green green running waiting(1) ready",
            ])
    }

    /// What became ready first does not overtake what stands first.
    @Test func theOrderOfReadinessIsNoOrder() {
        #expect(
            play(Self.diamond, [.next, .next, .green("e"), .green("a"), .next, .next, .green("c"), .green("b"), .next]) == [
                "a", "e", "", "", "b", "c", "", "", "d", "green green green running green",
            ])
    }

    @Test func aRedOneSkipsAllThatNeedItAndNothingElse() {
        #expect(
            play(Self.diamond, [.next, .red("a"), .next, .green("e")]) == [
                "a", "b,c,d", "e", "",
                "red skipped(needs a, which is red) skipped(needs a, which is red) "
                    + "skipped(needs c, which was skipped) green finished",
            ])
    }

    @Test func oneRedNeedIsEnough() {
        #expect(
            play(Self.diamond, [.next, .green("a"), .next, .next, .red("b"), .green("c"), .next]) == [
                "a", "", "b", "c", "d", "", "e", "green red green skipped(needs b, which is red) running",
            ])
    }

    @Test func afterAStopNothingStartsAndWhatRunsMayEnd() {
        #expect(
            play(Self.diamond, [.next, .stop, .next, .green("a"), .next]) == [
                "a", "b,c,d,e", "-", "", "-",
                "green skipped(stopped) skipped(stopped) skipped(stopped) skipped(stopped) finished",
            ])
        #expect(play(Self.diamond, [.stop, .stop]).prefix(2) == ["a,b,c,d,e", ""])
        #expect(play(Self.diamond, [.next, .stop, .red("a")]).prefix(3) == ["a", "b,c,d,e", ""])
    }

    /// Two roles of one dependency, as of a tool that is an order as well.
    @Test func aNeedThatIsNamedTwiceIsOne() {
        let twice = [action("a"), action("b", order("a") + input("a"))]
        #expect(play(twice, [.next, .green("a"), .next]) == ["a", "", "b", "green running"])
    }

    @Test func theStepIsNamedInTheReason() {
        let actions = [action("test:t:1", step: "t"), action("run:r", order("test:t:1"), step: "r")]
        #expect(play(actions, [.next, .red("test:t:1")]).last == "red skipped(needs t, which is red) finished")
    }

    @Test func endingWhatHasNotStartedIsOurMistake() async {
        await #expect(processExitsWith: .failure) {
            var schedule = Schedule(StepGraph([Action(id: "a", step: "a", kind: .run, title: "a", argv: [])]))
            _ = schedule.finish("a", green: true)
        }
    }
}
