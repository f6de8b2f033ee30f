"""Where settings come from: arguments, the environment, files of secrets."""

from __future__ import annotations

import pytest
from pydantic import SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict

from chassis.settings import SECRETS, Settings


class Some(Settings):
    model_config = SettingsConfigDict(env_prefix="FOREBAY_SOME_")

    dsn: SecretStr = SecretStr("default")
    size: int = 1


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(SECRETS, str(tmp_path))
    (tmp_path / "FOREBAY_SOME_DSN").write_text("from the file\n")
    return tmp_path


def test_a_secret_is_read_from_the_file_of_its_name(folder):
    assert Some().dsn.get_secret_value() == "from the file"
    assert Some().size == 1


def test_the_environment_wins_over_the_file(folder, monkeypatch):
    monkeypatch.setenv("FOREBAY_SOME_DSN", "from the environment")

    assert Some().dsn.get_secret_value() == "from the environment"


def test_files_of_other_settings_are_none_of_ours(folder):
    (folder / "FOREBAY_OTHER").write_text("x")

    assert Some().size == 1


def test_a_file_out_of_range_stops_the_process_and_is_not_echoed(folder):
    (folder / "FOREBAY_SOME_SIZE").write_text("password")

    with pytest.raises(ValidationError) as failure:
        Some()
    assert "password" not in str(failure.value)


def test_without_a_folder_no_file_is_read(tmp_path, monkeypatch):
    monkeypatch.delenv(SECRETS, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "FOREBAY_SOME_DSN").write_text("a stranger's")

    assert Some().dsn.get_secret_value() == "default"
