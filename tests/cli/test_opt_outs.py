"""``raspisms opt-outs``."""

from tests.cli.program import Program


def test_a_number_is_left_out_listed_and_taken_back(program: Program) -> None:
    said = program.done("opt-outs", "add", "lea", "--reason", "a dit non").out
    assert "+33639981234 gets no campaigns any more." in said
    (told,) = program.done_here("opt-outs", "list", "--json").lines
    assert (told["number"], told["name"], told["source"], told["reason"]) == (
        "+33639981234",
        "Léa",
        "person",
        "a dit non",
    )
    line = program.done_here("opt-outs", "list").out
    assert line.startswith("+33639981234")
    assert "a dit non" in line
    assert "already" in program.refused("opt-outs", "add", "06 39 98 12 34")
    program.done_here("opt-outs", "remove", "06 39 98 12 34")
    assert program.done_here("opt-outs", "list").out == ""
    assert "nothing to take back" in program.refused("opt-outs", "remove", "lea")
