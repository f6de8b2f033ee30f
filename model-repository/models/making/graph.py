"""A pencil for ONNX graphs: constants and nodes are named as they are drawn, and a finished graph is one model."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from onnx import ModelProto, TensorProto, checker, helper, numpy_helper

OPSET: Final = 20
IR_VERSION: Final = 9  # the oldest that may carry the opset: every ONNX Runtime that knows the opset reads it
PRODUCER: Final = "forebay"


class Graph:
    """Collects nodes and constants; the same calls in the same order give the same bytes."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._nodes: list[Any] = []
        self._constants: dict[str, TensorProto] = {}
        self._inputs: list[Any] = []

    def input(self, name: str, shape: list[str | int], kind: int = TensorProto.INT64) -> str:
        """Declare an input; axes given by name are dynamic."""
        self._inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def constant(self, name: str, value: np.ndarray[Any, Any]) -> str:
        """Store a tensor once and return its name."""
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def scalar(self, value: float) -> str:
        """Store a FP32 number."""
        return self.constant(f"number_{value:g}", np.array(value, dtype=np.float32))

    def integers(self, *values: int) -> str:
        """Store a list of INT64: axes, shapes, positions."""
        return self.constant("integers_" + "_".join(map(str, values)), np.array(values, dtype=np.int64))

    def node(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Draw a node with one output and return that output."""
        (output,) = self.nodes(operator, 1, *inputs, **attributes)
        return output

    def nodes(self, operator: str, count: int, *inputs: str, **attributes: Any) -> list[str]:
        """Draw a node with several outputs and return them."""
        name = f"{operator}_{len(self._nodes)}"
        outputs = [f"{name}_out{position}" for position in range(count)]
        self._nodes.append(helper.make_node(operator, list(inputs), outputs, name=name, **attributes))
        return outputs

    def linear(self, name: str, inputs: str, weight: np.ndarray[Any, Any], bias: np.ndarray[Any, Any]) -> str:
        """Draw inputs x weight + bias; weight is [in, out]."""
        product = self.node("MatMul", inputs, self.constant(f"{name}.weight", weight))
        return self.node("Add", product, self.constant(f"{name}.bias", bias))

    def model(self, output: str, name: str, shape: list[str | int]) -> ModelProto:
        """Finish the graph with one FP32 output of the given name."""
        self._nodes.append(helper.make_node("Identity", [output], [name], name=name))
        value = helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        graph = helper.make_graph(self._nodes, self._name, self._inputs, [value], list(self._constants.values()))
        model = helper.make_model(
            graph, ir_version=IR_VERSION, producer_name=PRODUCER, opset_imports=[helper.make_opsetid("", OPSET)]
        )
        checker.check_model(model, full_check=True)
        return model
