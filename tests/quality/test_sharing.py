from annotate.quality.sharing import annotators_of


def test_a_share_of_the_groups_is_for_several_people_and_raising_it_only_adds():
    """About as many as asked for, the same every time."""
    groups = [f"g{number}" for number in range(400)]
    few, more = (
        {g for g in groups if annotators_of(g, share=share, each=3) == 3} for share in (0.2, 0.5)
    )
    assert few < more
    assert 50 < len(few) < 110
    assert {annotators_of(g, share=0.0, each=3) for g in groups} == {1}
    assert {annotators_of(g, share=1.0, each=3) for g in groups} == {3}
