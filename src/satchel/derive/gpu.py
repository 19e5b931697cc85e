"""Finds what uses a GPU, and tells code that needs one from code that takes one if it is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from satchel.derive.conditions import GPU_QUESTIONS, asks_for_gpu, gives_up
from satchel.derive.findings import GpuUse, Import, Place
from satchel.derive.live import Seen
from satchel.derive.scope import Scope
from satchel.derive.words import word_set

# Libraries that do not work (or make no sense) without a GPU.
_LIBRARIES = word_set(
    """
    cupy cupyx cudf cuml cugraph cuspatial cuxfilter cucim rmm dask_cudf dask_cuda pycuda pyopencl cuda
    tensorrt triton flash_attn bitsandbytes xformers apex vllm deepspeed nvtx pynvml GPUtil numba.cuda
    tensorflow_gpu
    """
)
_ONLY_ASKS = frozenset({"pynvml", "GPUtil", "nvtx", "cuda"})
# Calls in torch.cuda that do nothing without a GPU.
_HARMLESS = word_set(
    "is_available device_count is_initialized manual_seed manual_seed_all empty_cache amp is_bf16_supported"
)
_DEVICE_KEYWORDS = word_set(
    "device device_type map_location accelerator tree_method task_type device_name platform device_map backend"
)
_SWITCHES = frozenset({"gpu", "gpus", "use_gpu", "use_cuda", "n_gpu"})
_DEVICE_CALLS = frozenset(
    {
        "torch.device",
        "torch.set_default_device",
        "torch.set_default_tensor_type",
        "torch.autocast",
        "torch.Generator",
        "tensorflow.device",
        "jax.devices",
        "jax.local_devices",
        "spacy.require_gpu",
        "thinc.api.require_gpu",
    }
)
_TORCH_FAMILY = (
    "torch",
    "torchvision",
    "transformers",
    "fastai",
    "lightning",
    "pytorch_lightning",
    "timm",
    "diffusers",
)
_GPU_TEXT = re.compile(r"^/?(?:device:)?(cuda|gpu|gpu_hist|rocm|torch\.cuda\.\w+)(:\d+|:\0)?$", re.IGNORECASE)
_GPU_PACKAGE = re.compile(r"(-gpu|-gpu-.*|-cuda\d*x?|-cu\d{2,})$|^(cupy-cuda|nvidia-)")


def gpu_calls(seen: Seen, place: Place, scope: Scope) -> Iterator[GpuUse]:
    """The GPU uses of one node of live code."""
    node = seen.node
    match node:
        case ast.Assert(test=test) if asks_for_gpu(test, scope) is True:
            yield GpuUse(what="assert", place=place)
        case ast.If(test=test, body=body, orelse=orelse):
            asked = asks_for_gpu(test, scope)
            if (asked is False and gives_up(body)) or (asked is True and gives_up(orelse)):
                yield GpuUse(what="stops without a GPU", place=place)
        case ast.Call():
            yield from _call(node, seen, place, scope)
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            if "device" in name.lower() and _all_gpu(value, scope) and _all_gpu(node.targets[0], scope):
                yield GpuUse(what=f"{name} = {_shown(value, scope)}", place=place, optional=seen.guarded)
        case ast.FunctionDef(args=arguments) | ast.AsyncFunctionDef(args=arguments):
            for default in (*arguments.defaults, *arguments.kw_defaults):
                if default is not None and _all_gpu(default, scope):
                    yield GpuUse(what=_shown(default, scope), place=place, optional=seen.guarded)


def gpu_library(found: Import, guarded: bool) -> GpuUse | None:
    """The GPU use that importing a GPU library is, or None."""
    names = {found.module, found.name, ".".join(found.module.split(".")[:2])}
    hits = names & _LIBRARIES
    if not hits:
        return None
    name = min(hits, key=len)
    return GpuUse(what=name, place=found.place, optional=found.optional or guarded or name in _ONLY_ASKS)


def gpu_package(name: str) -> bool:
    """Whether an installed package is a GPU build, as `onnxruntime-gpu` or `cupy-cuda12x`."""
    return bool(_GPU_PACKAGE.search(name))


def _call(node: ast.Call, seen: Seen, place: Place, scope: Scope) -> Iterator[GpuUse]:
    names = scope.names(node.func)
    if not GPU_QUESTIONS.isdisjoint(names):
        yield GpuUse(what=next(n for n in names if n in GPU_QUESTIONS), place=place, optional=True)
        return
    in_cuda = next((n for n in names if n.startswith(("torch.cuda.", "numba.cuda."))), None)
    if in_cuda:
        harmless = in_cuda.split(".")[2].rstrip("()") in _HARMLESS
        yield GpuUse(what=in_cuda, place=place, optional=seen.guarded or harmless)
        return
    if "spacy.prefer_gpu" in names:
        yield GpuUse(what="spacy.prefer_gpu", place=place, optional=True)
    if not {"spacy.require_gpu", "thinc.api.require_gpu"}.isdisjoint(names):
        yield GpuUse(what="require_gpu", place=place, optional=seen.guarded)
    attr = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if attr == "cuda" and scope.is_imported(*_TORCH_FAMILY):
        yield GpuUse(what=".cuda()", place=place, optional=seen.guarded)
    if attr == "to" or not _DEVICE_CALLS.isdisjoint(names):
        for argument in node.args[:1]:
            if _all_gpu(argument, scope):
                yield GpuUse(what=_shown(argument, scope), place=place, optional=seen.guarded)
    for keyword in node.keywords:
        if keyword.arg in _SWITCHES and isinstance(keyword.value, ast.Constant) and keyword.value.value:
            # Most libraries with such a switch go on without a GPU, and say so.
            yield GpuUse(what=f"{keyword.arg}={keyword.value.value!r}", place=place, optional=True)
        if keyword.arg in _DEVICE_KEYWORDS and _all_gpu(keyword.value, scope):
            what = f"{keyword.arg}={_shown(keyword.value, scope)}"
            yield GpuUse(what=what, place=place, optional=seen.guarded)


def _all_gpu(node: ast.expr, scope: Scope) -> bool:
    """Whether an expression can only be the name of a GPU: `"cuda"`, but not `"cuda" if … else "cpu"`."""
    texts = scope.texts(node)
    return bool(texts) and all(_GPU_TEXT.match(text) for text in texts)


def _shown(node: ast.expr, scope: Scope) -> str:
    return f'"{scope.texts(node)[0]}"'.replace("\0", "…")
