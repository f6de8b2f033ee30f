from __future__ import annotations

import pytest
from pydantic import ValidationError

from chassis.stores.milvus import MilvusConnection


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"uri": "https://m", "client_certificate_file": "c"}, "all three together"),
        ({"uri": "https://m", "client_certificate_file": "c", "client_key_file": "k"}, "all three together"),
        ({"uri": "https://m", "client_key_file": "k", "ca_file": "a"}, "all three together"),
        ({"uri": "http://m", "ca_file": "a"}, "https://"),
        ({"uri": "http://m", "server_name": "m"}, "https://"),
        ({"replicas": 0}, "greater than or equal to 1"),
    ],
)
def test_settings_that_contradict_one_another_stop_the_process_at_start(fields, told):
    with pytest.raises(ValidationError, match=told):
        MilvusConnection(**fields)


def test_plain_settings_speak_no_tls_and_show_no_credential():
    assert MilvusConnection(uri="http://m:1").arguments() == {"uri": "http://m:1", "token": "", "db_name": ""}


def test_a_credential_is_not_shown_by_accident():
    assert "hush" not in repr(MilvusConnection(token="hush"))  # noqa: S106 - nobody's
