"""A stock agent framework on a canvas: a LangGraph agent with a scripted model edits it over MCP.

Called with the server's address, an API token, a project, and a node of it.
"""

import asyncio
import json
import sys
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_mcp_adapters.client import MultiServerMCPClient
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition

ADDRESS, TOKEN, PROJECT, NODE = sys.argv[1:]


def call(number: int, tool: str, **arguments: Any) -> AIMessage:
    named = {"name": tool, "args": arguments, "id": f"call-{number}"}
    return AIMessage(content="", tool_calls=[named])


def text(message: BaseMessage) -> str:
    content = message.content
    return content if isinstance(content, str) else content[0]["text"]


class Scripted(BaseChatModel):
    """Reads, makes a node, arranges the branch, and says what it made."""

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        results = [text(message) for message in messages if isinstance(message, ToolMessage)]
        return ChatResult(generations=[ChatGeneration(message=self.say(results))])

    def say(self, results: list[str]) -> AIMessage:
        match results:
            case []:
                return call(0, "read_graph", around=NODE)
            case [outline]:
                assert NODE in outline, outline
                return call(1, "create_node", prompt="Made by an agent", parentIds=[NODE])
            case [_, made]:
                assert json.loads(made)["done"], made
                return call(2, "lay_out", branch=NODE)
            case [_, made, arranged]:
                assert json.loads(arranged)["done"], arranged
                return AIMessage(content=json.loads(made)["results"][0]["id"])
            case _:
                raise AssertionError(results)


async def main() -> None:
    server = {
        "transport": "streamable_http",
        "url": f"{ADDRESS}/mcp?project={PROJECT}",
        "headers": {"Authorization": f"Bearer {TOKEN}"},
    }
    tools = await MultiServerMCPClient({"canvas": server}).get_tools()
    model = Scripted()
    graph = StateGraph(MessagesState)
    graph.add_node("model", lambda state: {"messages": [model.invoke(state["messages"])]})
    graph.add_node("tools", ToolNode(tools))
    graph.add_edge(START, "model")
    graph.add_conditional_edges("model", tools_condition, {"tools": "tools", END: END})
    graph.add_edge("tools", "model")
    said = await graph.compile().ainvoke({"messages": [("user", "Tidy up.")]})
    made = text(said["messages"][-1])

    reader = next(tool for tool in tools if tool.name == "read_node")
    read = await reader.ainvoke({"nodeId": made})
    assert "Made by an agent" in str(read), read


asyncio.run(main())
