"""The process in which one export happens; started by tools.conversion.export, which says why.

Takes a job as JSON on the command line and leaves `answer.json` in the working directory, which
must be empty and may be thrown away.
"""

import json
import sys
from pathlib import Path

from tools.errors import PocketlensError
from tools.network import networks
from tools.package.recipe import load_recipe
from tools.places import sha256_of


def _export(job: dict[str, str]) -> dict[str, str]:
    """Builds, loads, exports; says what was read."""
    recipe = load_recipe(Path(job["recipe"]))
    checkpoint = Path(job["checkpoint"])
    network, read = networks.load(recipe, checkpoint)
    import mindspore as ms  # which takes seconds, and no file that is refused needs it
    import numpy as np

    picture = ms.Tensor(np.zeros((1, 3, recipe.input.height, recipe.input.width), np.float32))
    if job["format"] == "mindir":
        ms.export(network, picture, file_name=job["out"], file_format="MINDIR")
    else:
        ms.onnx.export(
            network,
            picture,
            file_name=job["out"],
            input_names=[job["input"]],
            output_names=[job["output"]],
        )
    if not Path(job["out"]).is_file():
        raise PocketlensError("export_failed", "MindSpore reported no error but wrote no file.")
    return {"naming": read.told, "sha256": sha256_of(checkpoint)}


def _answer(job: dict[str, str]) -> dict[str, str]:
    """The reply to a job; errors become names and messages."""
    try:
        return _export(job)
    except PocketlensError as error:
        return {"error": error.name, "message": error.message}
    except Exception as error:  # MindSpore raises many types; all of them end here
        text = " ".join(str(error).split())[:600]
        return {"error": "export_failed", "message": f"MindSpore could not export: {text}"}


def main() -> None:
    """Reads the job, writes the answer."""
    Path("answer.json").write_text(json.dumps(_answer(json.loads(sys.argv[1]))))


if __name__ == "__main__":
    main()
