from survey.respond.door.source_marks import device_mark, network_mark

KEY = b"k" * 32


def test_equal_sources_have_equal_marks_under_one_key_only() -> None:
    one = device_mark(KEY, device_id="a1", user_agent="WeChat")
    assert one == device_mark(KEY, device_id="a1", user_agent="WeChat")
    assert one != device_mark(KEY, device_id="a2", user_agent="WeChat")
    assert one != device_mark(b"x" * 32, device_id="a1", user_agent="WeChat")
    assert one is not None
    assert len(one) == 8


def test_a_browsers_name_alone_makes_no_mark() -> None:
    assert device_mark(KEY, device_id="", user_agent="WeChat") is None


def test_a_broken_name_makes_a_mark_too() -> None:
    assert device_mark(KEY, device_id="\ud800", user_agent="\udfff" * 9999) is not None


def test_an_ipv6_network_is_its_first_half() -> None:
    assert network_mark(KEY, "2001:db8::1") == network_mark(KEY, "2001:db8::ffff:1")
    assert network_mark(KEY, "2001:db8::1") != network_mark(KEY, "2001:db8:0:1::1")
    assert network_mark(KEY, "192.0.2.1") != network_mark(KEY, "192.0.2.2")


def test_what_is_no_address_has_no_mark() -> None:
    assert network_mark(KEY, None) is None
    assert network_mark(KEY, "unix:/run/socket") is None
