"""Load Tiltfiles from Python, and see what they use: the embedder's side.

Run it with the Tiltfiles to look at:  python examples/embed/survey.py examples/author/Tiltfile
"""

import sys
from collections import Counter

import tiltfile_ext
from tiltfile_ext.plugins.analytics import AnalyticsSettings


def main(paths: list[str]) -> int:
    """Print each Tiltfile's word on analytics and the built-ins of all; 1 if any failed to load."""
    calls: Counter[str] = Counter()
    failed = False
    for path in paths:
        result = tiltfile_ext.load(path, timeout=30)  # always returns; sends nothing by itself
        calls.update({name: use.calls for name, use in result.uses.items()})
        print(f"{path}: enable={result[AnalyticsSettings].enable}, {len(result.manifests)} resources")
        if result.error is not None:
            failed = True
            print(result.error, file=sys.stderr)
    for name, times in calls.most_common():
        print(f"{times:6}  {name}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
