from modeloid.bench.inspiration.lines import QUANTITIES, reached, table


def test_the_table_has_what_was_measured_beside_what_is_asked():
    head, *rows = table({"floor": {"top1": 0.02, "barcopy": 0.26}, "a very long name": {"top1": 0.3}})
    assert head.split() == ["must", "aim", "floor", "a", "very", "lo…"]
    assert rows[0].split()[-4:] == ["≥", "36.0", "2.0", "30.0"]
    assert rows[1].split()[-4:] == ["≤", "0.270", "0.260", "–"]
    assert len(rows) == 2


def test_what_is_reached():
    found = reached({"top1": 0.25, "barcopy": 0.31, "overlap": 3})
    assert found == {"top1": True, "barcopy": False}
    assert reached({"top1": 0.25}, aim=True) == {"top1": False}


def test_each_quantity_is_there_once():
    names = [quantity.name for quantity in QUANTITIES]
    assert len(set(names)) == len(names)
