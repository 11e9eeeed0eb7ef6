import xml.etree.ElementTree as Tree

from modeloid.report.drawing import dots, roll
from modeloid.report.drawing.dots import Dot

SVG = "{http://www.w3.org/2000/svg}"


def test_values_lie_on_one_scale():
    picture = Tree.fromstring(dots.svg("range", [Dot("made", 2, 1, 3, 0), Dot("real", 4, 3.5, 5, None)]))
    circle, band = picture.find(f"{SVG}circle"), picture.find(f"{SVG}rect")
    left, wide = float(band.get("x")), float(band.get("width"))
    assert float(circle.get("cx")) < left
    assert abs((left + wide) - 143) < 0.2  # the greatest value is at the right edge
    assert "made 2 (1 to 3); real 4 (3.5 to 5)" in picture.get("aria-label")


def test_equal_values_stand_in_the_middle():
    picture = Tree.fromstring(dots.svg("range", [Dot("made", 2, 2, 2, 0)]))
    assert picture.find(f"{SVG}circle").get("cx") == "75"


def test_the_greatest_floats_lie_within_the_drawing():
    most = 1.7e308
    text = dots.svg("range", [Dot("made", most, 0.0, most, 0), Dot("real", -most, -most, 0.0, None)])
    assert "nan" not in text and "inf" not in text
    picture = Tree.fromstring(text)
    assert picture.find(f"{SVG}circle").get("cx") == "143"
    band = picture.find(f"{SVG}rect")
    assert (band.get("x"), band.get("width")) == ("7", "68")


def test_nothing_is_drawn_of_nothing():
    assert dots.svg("range", []) == ""


NOTES = [(0.0, 1.0, 60.0), (1.0, 0.5, 64.0), (1.5, 2.0, 67.0)]


def test_notes_lie_by_beat_and_pitch():
    picture = Tree.fromstring(roll.svg("made", NOTES, width=350, height=100))
    boxes = [(float(box.get("x")), float(box.get("y"))) for box in picture.iter(f"{SVG}rect")]
    assert [x for x, _ in boxes] == [0.5, 100.5, 150.5]
    assert boxes[0][1] > boxes[1][1] > boxes[2][1]
    assert picture.get("aria-label") == "made: C4 E4 G4"


def test_two_passages_go_by_one_scale():
    wide = Tree.fromstring(roll.svg("made", NOTES, beats=7, width=350))
    assert [float(box.get("x")) for box in wide.iter(f"{SVG}rect")] == [0.5, 50.5, 75.5]


def test_an_empty_passage_is_an_empty_ground():
    assert "<rect" not in roll.svg("made", [])
