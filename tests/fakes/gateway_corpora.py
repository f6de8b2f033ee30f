"""The part of a gateway that keeps what there is to a corpus besides documents, from memory."""

from __future__ import annotations

from forebay.gateway.v1alpha1 import gateway_pb2 as pb
from forebay.gateway.v1alpha1 import quarantine_pb2 as held_pb
from forebay.ingestion.v1alpha1 import ingestion_pb2 as ingestion
from forebay.retrieval.v1alpha1 import indexes_pb2


class FakeCorpora:
    """One contract, and one corpus's indexes; each is complete as soon as it is begun."""

    def __init__(self):
        self.contract = None
        self.indexes = [indexes_pb2.Index(number=1, state=indexes_pb2.INDEX_STATE_LIVE)]

    async def ListIndexes(self, request, context):
        self._check(context)
        return pb.ListIndexesResponse(indexes=self.indexes)

    async def BeginIndex(self, request, context):
        self._check(context)
        number = len(self.indexes) + 1
        state = indexes_pb2.INDEX_STATE_LIVE if request.index.switches else indexes_pb2.INDEX_STATE_BUILDING
        self.indexes.append(indexes_pb2.Index(number=number, state=state, max_tokens=request.index.chunking.max_tokens))
        return pb.BeginIndexResponse(result=ingestion.BeginIndexResponse(number=number))

    async def SwitchIndex(self, request, context):
        self._check(context)
        self.indexes[request.index.number - 1].state = indexes_pb2.INDEX_STATE_LIVE
        return pb.SwitchIndexResponse(result=ingestion.SwitchIndexResponse(live=False))

    async def DropIndex(self, request, context):
        self._check(context)
        del self.indexes[request.index.number - 1]
        return pb.DropIndexResponse()

    async def SetContract(self, request, context):
        self._check(context)
        self.contract = request.contract.contract
        return held_pb.SetContractResponse(contract=self.contract)

    async def GetContract(self, request, context):
        self._check(context)
        return held_pb.GetContractResponse(contract=self.contract)
