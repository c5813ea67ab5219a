"""What is sent of a release: one message, the same bytes however often it is sent.

A correction is a message too, which names the release it supersedes; there is none that only says
so, since of two messages the second may arrive first.
"""

import json

from survey.model import Campaign, Release

EVENT = "release.created"


def message(campaign: Campaign, release: Release) -> bytes:
    """Return the body that announces a release and carries its document.

    The document is a string inside, so that the bytes its digest is of arrive untouched.
    """
    document = json.loads(release.document)
    facts = document["release"]
    content = {
        "type": EVENT,
        "timestamp": facts["frozen_at"],
        "data": {
            "campaign": campaign.code,
            "release": facts["id"],
            "number": release.number,
            "supersedes": facts["supersedes"],
            "simulated": document["simulated"],
            "etag": f'"{release.digest}"',
            "sha256": release.digest,
            "document": release.document,
        },
    }
    return json.dumps(content, ensure_ascii=False).encode()
