"""Where a message may go, whatever an address is dressed up as."""

import pytest

from survey.problems import Refused
from survey.receivers.destinations import destination_of, is_public
from survey.site.config import read_settings

INSIDE = [
    *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    *("0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1", "240.0.0.1"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00::1", "ff02::1", "fec0::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1"),
]
OUTSIDE = ["8.8.8.8", "114.114.114.114", "2606:4700:4700::1111", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", INSIDE)
def test_what_lies_inside_a_network_is_known_however_it_is_wrapped(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_lies_outside_is_known(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        *("", "kaohe.example", "ftp://kaohe.example/", "https://", "https:///x", "//kaohe.example"),
        *("https://user:pw@kaohe.example/", "https://kaohe.example/#x", "https://a b.example/"),
        *("https://kaohe.example\\@127.0.0.1/", "https://kaohe.example:99999/", "https://[::1/"),
        *(
            "https://kaohe.example/\n",
            "https://考核.example/",
            "https://kaohe.example/" + "x" * 500,
        ),
        *(
            "http://kaohe.example/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:a00:1]/",
        ),
    ],
)
def test_an_address_that_is_none_or_leads_inside_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        destination_of(url, allowed=())


def test_what_the_operator_allows_is_allowed_and_nothing_beside() -> None:
    hosts = {"10.1.2.3:8443", "http://inner.example", "[fd00::1]"}
    assert destination_of("https://10.1.2.3:8443/in?a=1", allowed=hosts).path == "/in?a=1"
    assert not destination_of("http://inner.example:8080", allowed=hosts).is_tls
    assert destination_of("https://inner.example/", allowed=hosts).is_allowed
    assert destination_of("https://[fd00::1]:444/", allowed=hosts).named == "[fd00::1]:444"
    assert not destination_of("https://kaohe.example/", allowed=hosts).is_allowed
    for url in ("https://10.1.2.3/", "http://10.1.2.3:8443/", "https://10.1.2.4:8443/"):
        with pytest.raises(Refused):
            destination_of(url, allowed=hosts)


def test_the_setting_names_what_is_no_host() -> None:
    told = "10.1.2.3:8443 http://Inner.example [fd00::1]"
    assert read_settings({"SURVEY_DELIVERY_HOSTS": told}).delivery_hosts == {
        "10.1.2.3:8443",
        "http://inner.example",
        "[fd00::1]",
    }
    for wrong in ("https://inner.example", "inner.example/path", "*"):
        with pytest.raises(Refused, match="SURVEY_DELIVERY_HOSTS"):
            read_settings({"SURVEY_DELIVERY_HOSTS": wrong})
