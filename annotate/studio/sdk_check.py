"""The SDK's reading of a labelling config, beside ours."""

from __future__ import annotations

from typing import Any

from label_studio_sdk.label_interface.interface import LabelInterface

from annotate.errors import LabelConfigError
from annotate.labels import LabelScheme


def check_with_sdk(label_config: str, scheme: LabelScheme) -> None:
    """Compare our reading of a labelling config with the SDK's; raises `LabelConfigError`."""
    try:
        interface: Any = LabelInterface(label_config)
        control = interface.get_tag(scheme.from_name)
    except Exception as error:
        raise LabelConfigError(f"Label Studio's SDK cannot read the config: {error}") from error
    theirs = tuple(control.labels)
    if set(theirs) != set(scheme.span_labels) or list(control.to_name) != [scheme.to_name]:
        raise LabelConfigError(
            f"Label Studio's SDK reads other labels ({', '.join(theirs)}) than annotate "
            f"({', '.join(scheme.span_labels)})"
        )
