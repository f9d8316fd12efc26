"""Stock clients against a running server: the official Python clients of MCP, of OpenAI and of tus.

Called with the server's address, an API token, a project, and a node of it.
"""

import asyncio
import hashlib
import io
import json
import sys

import httpx2
import requests
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from openai import NotFoundError, OpenAI
from tusclient.client import TusClient

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


def check_tus() -> None:
    address = f"{ADDRESS}/api/v1/media/uploads"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    offered = requests.options(address, timeout=10).headers
    assert "1.0.0" in offered["Tus-Version"].split(","), offered
    assert "creation" in offered["Tus-Extension"].split(","), offered

    file = b"It rains, and it goes on raining. " * 20_000
    part = 100_000
    metadata = {"filename": "rain.txt", "projectId": PROJECT}
    client = TusClient(address, headers=headers)
    first = client.uploader(file_stream=io.BytesIO(file), chunk_size=part, metadata=metadata)
    first.upload(stop_at=3 * part)
    assert first.offset == 3 * part and "upload-media-id" not in first.request.response_headers

    # Another client that knows nothing but the address asks how far it came, and goes on from there.
    second = TusClient(address, headers=headers).uploader(
        file_stream=io.BytesIO(file), url=first.url, chunk_size=part
    )
    assert second.offset == 3 * part, second.offset
    second.upload()
    media = second.request.response_headers["upload-media-id"]
    said = requests.get(f"{ADDRESS}/api/v1/media/{media}", headers=headers, timeout=10).json()
    assert said["sha256"] == hashlib.sha256(file).hexdigest(), said
    assert said["size"] == len(file) and said["filename"] == "rain.txt", said


asyncio.run(check_mcp())
check_openai()
check_tus()
