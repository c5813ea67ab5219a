"""Secret keys as files under the home folder, readable by their owner only."""

import os
import secrets
import stat
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey.problems import Refused, Unfit

_WEB = "web.key"
_INTAKE = "intake.key"
_SIGNING = "signing.pem"
_CAMPAIGN = ".key"


class Keys:
    """The installation's keys: sessions, form tokens and receipts, campaign marks, signatures."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self) -> None:
        """Make the keys of a new installation; whichever are there already are kept."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in (_WEB, _INTAKE):
            private_file(self._folder / name, secrets.token_bytes(32))
        private = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        private_file(self._folder / _SIGNING, private)

    @staticmethod
    def names() -> tuple[str, ...]:
        """Return the files of the keys that every installation has."""
        return _WEB, _INTAKE, _SIGNING

    @staticmethod
    def name_of_campaign(campaign_code: str) -> str:
        """Return the file of a campaign's key."""
        return f"campaign-{campaign_code}{_CAMPAIGN}"

    def content(self, name: str) -> bytes | None:
        """Return what a key's file holds; None where it is missing."""
        return self._read(name) if (self._folder / name).exists() else None

    def web(self) -> bytes:
        """Return the key that signs officials' sessions."""
        return self._read(_WEB)

    def intake(self) -> bytes:
        """Return the key of form tokens, receipts and invitation hashes."""
        return self._read(_INTAKE)

    def signing(self) -> Ed25519PrivateKey:
        """Return the key that signs releases."""
        key = serialization.load_pem_private_key(self._read(_SIGNING), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise Refused.of(
                file=f"keys/{_SIGNING}", zh="不是 Ed25519 私钥", en="is not an Ed25519 private key"
            )
        return key

    def campaign(self, campaign_code: str) -> bytes:
        """Return the key of a campaign's device and network marks.

        It is a file of its own so that it can be destroyed on the scheme's day.
        """
        name = self.name_of_campaign(campaign_code)
        if self.is_destroyed(name):
            raise Refused.of(
                file=f"keys/{name}",
                zh="密钥已按方案销毁，来源标记不能再计算",
                en="the key was destroyed as the scheme says: marks cannot be computed any more",
            )
        return self._read(name)

    def make_campaign(self, campaign_code: str) -> None:
        """Make a campaign's key; one that is there, or was destroyed, stays as it is."""
        name = self.name_of_campaign(campaign_code)
        if not self.is_destroyed(name):
            private_file(self._folder / name, secrets.token_bytes(32))

    def is_destroyed(self, name: str) -> bool:
        """Say whether the key of a file was destroyed on purpose."""
        return self._destroyed(name).exists()

    def has_campaign(self, campaign_code: str) -> bool:
        """Say whether a campaign's key is there."""
        return (self._folder / self.name_of_campaign(campaign_code)).exists()

    def destroy_campaign(self, campaign_code: str) -> bool:
        """Overwrite and remove a campaign's key for good; returns False where it was gone.

        A mark is left in its place, so that no new key is ever made for the campaign.
        """
        name = self.name_of_campaign(campaign_code)
        path = self._folder / name
        self._destroyed(name).touch(mode=0o600)
        if not path.exists():
            return False
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        return True

    def _destroyed(self, name: str) -> Path:
        return self._folder / f"{name.removesuffix(_CAMPAIGN)}.destroyed"

    def _read(self, name: str) -> bytes:
        path = self._folder / name
        if not path.is_file():
            raise Unfit.of(
                file=f"keys/{name}",
                zh="密钥文件缺失；请从备份恢复这个文件，切勿新建",
                en="the key file is missing; restore it from the backup, never make a new one",
            )
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Unfit.of(
                file=f"keys/{name}",
                zh=f"密钥文件可被他人读取；请运行 chmod 600 {path}",
                en=f"the key file is readable by others; run: chmod 600 {path}",
            )
        return path.read_bytes()


def private_file(path: Path, content: bytes) -> None:
    """Write a file that its owner alone reads, whole or not at all; one that is there stays."""
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_bytes(content)
    try:
        path.hardlink_to(draft)  # two processes may race here: the first one's key stays
    except FileExistsError:
        pass
    finally:
        draft.unlink()
