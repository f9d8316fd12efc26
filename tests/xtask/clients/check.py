"""Stock clients against a running server: the official Python clients of MCP and of OpenAI.

Called with the server's address, an API token, a project, and a node of it.
"""

import asyncio
import json
import sys

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from openai import NotFoundError, OpenAI

ADDRESS, TOKEN, PROJECT, NODE = sys.argv[1:]


async def check_mcp() -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx2.AsyncClient(headers=headers) as http:
        transport = streamable_http_client(f"{ADDRESS}/mcp", http_client=http)
        async with Client(transport) as client:
            await check_tools(client)
            await check_resources(client)


async def check_tools(client: Client) -> None:
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert {"list_projects", "read_graph", "create_node", "generate"} <= tools.keys(), tools.keys()
    assert tools["read_graph"].annotations.read_only_hint

    async def call(name: str, **arguments: object) -> str:
        result = await client.call_tool(name, {"project": PROJECT, **arguments})
        assert not result.is_error, result
        return result.content[0].text

    made = json.loads(await call("create_node", prompt="From a Python client", parentIds=[NODE]))
    node = made["results"][0]["id"]
    assert "From a Python client" in await call("read_node", nodeId=node)
    edit = {"project": PROJECT, "nodeId": node, "baseVersion": 1, "prompt": "Changed"}
    assert not (await client.call_tool("edit_node", edit)).is_error
    stale = await client.call_tool("edit_node", edit | {"prompt": "Stale"})
    assert stale.is_error and "<prompt>Changed</prompt>" in stale.content[0].text, stale


async def check_resources(client: Client) -> None:
    listed = (await client.list_resources()).resources
    uri = f"nonlinear://projects/{PROJECT}"
    assert any(str(resource.uri).startswith("nonlinear://projects/") for resource in listed)
    read = await client.read_resource(uri)
    assert "nodes" in read.contents[0].text


def check_openai() -> None:
    client = OpenAI(base_url=f"{ADDRESS}/v1", api_key=TOKEN)
    assert any(model.id.startswith("node:") for model in client.models.list())
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "What is said above?"},
    ]
    model = f"node:{NODE}"
    whole = client.chat.completions.create(model=model, messages=messages)
    answer = whole.choices[0].message.content
    assert answer and whole.choices[0].finish_reason == "stop"

    messages += [{"role": "assistant", "content": answer}, {"role": "user", "content": "And?"}]
    options = {"include_usage": True}
    stream = client.chat.completions.create(
        model=model, messages=messages, stream=True, stream_options=options
    )
    chunks = list(stream)
    words = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert words and chunks[-1].usage is not None

    response = client.responses.create(model=model, input="Once more?")
    assert response.output_text and response.status == "completed"
    with client.responses.stream(
        model=model, input="And then?", previous_response_id=response.id
    ) as events:
        kinds = [event.type for event in events]
    assert kinds[0] == "response.created" and kinds[-1] == "response.completed", kinds

    try:
        client.chat.completions.create(model="gpt-4o", messages=messages)
    except NotFoundError as error:
        assert error.code == "model_not_found", error
    else:
        raise AssertionError("a model that is not there answers")


asyncio.run(check_mcp())
check_openai()
