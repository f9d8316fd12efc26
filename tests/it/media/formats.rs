//! What is read of each kind of document: its words, and the places in it that can be named.

use serde_json::{Value, json};

use crate::kit::{
    Paths, TestApp,
    files::{packed, read_file, wav},
    text,
};

/// Of each page its heading, or nothing, and its words.
async fn read(name: &str, file: &[u8]) -> Vec<(Option<String>, String)> {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let file = read_file(&owner, project, name, file).await;
    assert_eq!(file["type"], "DOCUMENT", "{file}");
    assert_eq!(file["processingStatus"], "COMPLETED", "{file}");
    let path = format!("/media/{}/pages", text(&file["id"]));
    let pages = owner.get(&path).await.ok();
    let pages = pages.as_array().expect("pages");
    assert_eq!(file["metadata"]["pages"], pages.len());
    let numbers: Vec<&Value> = pages.iter().map(|page| &page["page"]).collect();
    assert_eq!(numbers, (1..=pages.len()).collect::<Vec<_>>());
    pages
        .iter()
        .map(|page| {
            let heading = page["heading"].as_str().map(str::to_owned);
            (heading, text(&page["text"]).to_owned())
        })
        .collect()
}

#[track_caller]
fn assert_says(pages: &[(Option<String>, String)], expected: &[(&str, &str)]) {
    let said: Vec<(&str, &str)> = pages
        .iter()
        .map(|(heading, text)| (heading.as_deref().unwrap_or_default(), text.as_str()))
        .collect();
    assert_eq!(said, expected);
}

#[tokio::test]
async fn a_word_document_says_its_paragraphs_with_a_page_for_each_heading() {
    let body = "<w:document xmlns:w='w'><w:body>\
        <w:p><w:r><w:t>Before &amp; after.</w:t></w:r></w:p>\
        <w:p><w:pPr><w:pStyle w:val='Heading1'/></w:pPr><w:r><w:t>Ra</w:t></w:r><w:r><w:t>in</w:t></w:r></w:p>\
        <w:p><w:r><w:t>It falls</w:t><w:br/><w:t>and&#233; falls.</w:t><w:delText>Never.</w:delText></w:r></w:p>\
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Mon</w:t></w:r></w:p></w:tc>\
        <w:tc><w:p><w:r><w:t>3 mm</w:t></w:r></w:p></w:tc></w:tr></w:tbl>\
        <w:p><w:pPr><w:pStyle w:val='Titre2'/></w:pPr><w:r><w:t>Sea</w:t></w:r></w:p>\
        <w:p><w:r><w:t>It is wide.</w:t></w:r></w:p>\
        </w:body></w:document>";
    let file = packed(&[
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", body),
    ]);

    let pages = read("rain.docx", &file).await;

    assert_eq!(pages.len(), 3, "{pages:?}");
    assert_says(&pages[..1], &[("", "Before & after.")]);
    assert_says(&pages[2..], &[("Sea", "Sea\nIt is wide.")]);
    let (heading, words) = &pages[1];
    assert_eq!(heading.as_deref(), Some("Rain"));
    for part in ["Rain\nIt falls\nandé falls.", "Mon", "3 mm"] {
        assert!(words.contains(part), "{words}");
    }
    assert!(!words.contains("Never"), "{words}");
}

fn slide(words: &[&str]) -> String {
    let lines: String = words
        .iter()
        .map(|words| format!("<a:p><a:r><a:t>{words}</a:t></a:r></a:p>"))
        .collect();
    format!("<p:sld xmlns:p='p' xmlns:a='a'><p:cSld>{lines}</p:cSld></p:sld>")
}

const RELATIONS: &str = "<Relationships xmlns='r'>\
    <Relationship Id='rId7' Type='t/slide' Target='slides/slide3.xml'/>\
    <Relationship Id='rId8' Type='t/slide' Target='/ppt/slides/slide1.xml'/>\
    <Relationship Id='rId9' Type='t/theme' Target='theme/theme1.xml'/></Relationships>";

#[tokio::test]
async fn slides_are_pages_in_the_order_in_which_they_are_shown() {
    let order = "<p:presentation xmlns:p='p' xmlns:r='r'><p:sldIdLst>\
        <p:sldId id='256' r:id='rId7'/><p:sldId id='257' r:id='rId8'/></p:sldIdLst></p:presentation>";
    let (first, second) = (
        slide(&["Rain", "It falls."]),
        slide(&["Sea &lt;3", "Wide."]),
    );
    // The second slide was thrown away, and the last one was moved to the front.
    let file = packed(&[
        ("[Content_Types].xml", "<Types/>"),
        ("ppt/presentation.xml", order),
        ("ppt/_rels/presentation.xml.rels", RELATIONS),
        ("ppt/slides/slide1.xml", &second),
        ("ppt/slides/slide3.xml", &first),
    ]);

    let pages = read("rain.pptx", &file).await;

    assert_says(
        &pages,
        &[("Rain", "Rain\nIt falls."), ("Sea <3", "Sea <3\nWide.")],
    );
}

#[tokio::test]
async fn sheets_are_pages_with_their_names_and_cells_stand_under_one_another() {
    let workbook = "<workbook xmlns:r='r'><sheets><sheet name='R&amp;D' sheetId='2' r:id='rId2'/>\
        <sheet name='Rain' sheetId='1' r:id='rId1'/></sheets></workbook>";
    let relations = "<Relationships><Relationship Id='rId1' Target='worksheets/sheet1.xml'/>\
        <Relationship Id='rId2' Target='worksheets/sheet2.xml'/></Relationships>";
    let shared = "<sst><si><t>Day</t></si><si><r><t>Milli</t></r><r><t>metres</t></r></si></sst>";
    let rain = "<worksheet><sheetData>\
        <row r='1'><c r='A1' t='s'><v>0</v></c><c r='C1' t='s'><v>1</v></c></row>\
        <row r='2'><c r='A2' t='inlineStr'><is><t>Monday</t></is></c><c r='B2'/><c r='C2'><f>1+2</f><v>3</v></c></row>\
        </sheetData></worksheet>";
    let costs = "<worksheet><sheetData><row><c><v>4.5</v></c></row></sheetData></worksheet>";
    let file = packed(&[
        ("[Content_Types].xml", "<Types/>"),
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", relations),
        ("xl/sharedStrings.xml", shared),
        ("xl/worksheets/sheet1.xml", rain),
        ("xl/worksheets/sheet2.xml", costs),
    ]);

    let pages = read("rain.xlsx", &file).await;

    let table = "Day\t\tMillimetres\nMonday\t\t3";
    assert_says(&pages, &[("R&D", "4.5"), ("Rain", table)]);
}

#[tokio::test]
async fn chapters_of_a_book_are_pages_in_the_order_of_reading() {
    let container =
        "<container><rootfiles><rootfile full-path='OEBPS/book.opf'/></rootfiles></container>";
    let book = "<package><manifest>\
        <item id='sea' href='sea.xhtml'/><item id='rain' href='text/rain%201.xhtml'/>\
        <item id='style' href='style.css'/></manifest>\
        <spine><itemref idref='rain'/><itemref idref='sea'/></spine></package>";
    let chapter = |title: &str, words: &str| {
        format!(
            "<html><head><title>{title}</title><style>p {{}}</style></head><body><p>{words}</p></body></html>"
        )
    };
    let (rain, sea) = (
        chapter("Rain", "It falls."),
        chapter("Sea", "It&#8217;s wide."),
    );
    let file = packed(&[
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", container),
        ("OEBPS/book.opf", book),
        ("OEBPS/sea.xhtml", &sea),
        ("OEBPS/text/rain 1.xhtml", &rain),
    ]);

    let pages = read("rain.epub", &file).await;

    assert_says(
        &pages,
        &[("Rain", "Rain\nIt falls."), ("Sea", "Sea\nIt’s wide.")],
    );
}

#[tokio::test]
async fn what_is_plain_text_is_one_page_or_one_for_each_heading() {
    let table = "day,mm\nMonday,3\n\"Tues, day\",4\n";
    let pages = read("rain.csv", table.as_bytes()).await;
    assert_says(&pages, &[("", "day,mm\nMonday,3\n\"Tues, day\",4")]);

    let html = "<!doctype html><html><head><title>Rain</title></head><body><p>Before.</p>\
        <h1>Rain</h1><p>It   falls &amp; falls.</p><script>never()</script><h2>Sea</h2><p>Wide.</p></body></html>";
    let pages = read("rain.html", html.as_bytes()).await;
    let last = &pages[pages.len() - 2..];
    assert_says(
        last,
        &[("Rain", "Rain\nIt falls & falls."), ("Sea", "Sea\nWide.")],
    );
    assert!(pages.iter().all(|(_, words)| !words.contains("never")));

    let markdown = "Before.\n\n# Rain\n\nIt falls.\n\n## Sea\n\nWide.\n";
    let pages = read("rain.md", markdown.as_bytes()).await;
    assert_says(
        &pages,
        &[
            ("", "Before."),
            ("Rain", "# Rain\n\nIt falls."),
            ("Sea", "## Sea\n\nWide."),
        ],
    );
}

/// A film without pictures or sound, whose container says what it would be.
fn film(width: u32, height: u32, milliseconds: u32) -> Vec<u8> {
    let mut film = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\0moov\0\0\0\x6cmvhd".to_vec();
    film.extend([0; 12]);
    film.extend(1_000_u32.to_be_bytes());
    film.extend(milliseconds.to_be_bytes());
    film.extend(b"\0\0\0\x5ctkhd");
    film.extend([0; 40]);
    film.extend([0, 1, 0, 0]);
    film.extend([0; 32]);
    film.extend((width << 16).to_be_bytes());
    film.extend((height << 16).to_be_bytes());
    film
}

#[tokio::test]
async fn sound_and_films_say_how_long_they_are_and_are_kept_if_they_do_not() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let sound = read_file(&owner, project, "rain.wav", &wav(3)).await;
    assert_eq!(sound["type"], "AUDIO");
    assert_eq!(sound["metadata"], json!({"duration": 3.0}));
    let clip = read_file(&owner, project, "rain.mp4", &film(640, 480, 2_500)).await;
    assert_eq!(clip["type"], "VIDEO");
    let said = json!({"duration": 2.5, "width": 640, "height": 480});
    assert_eq!(clip["metadata"], said);

    let mut silent = film(640, 480, 2_500);
    silent.truncate(24);
    let silent = read_file(&owner, project, "rain.mp4", &silent).await;
    assert_eq!(silent["processingStatus"], "COMPLETED", "{silent}");
    assert_eq!(silent["metadata"], json!({}));
    let asked = json!({
        "prompt": "What is it?", "position": {"x": 0, "y": 0}, "attachments": [{"mediaId": clip["id"]}],
    });
    let asked = owner.post(&project.nodes(), asked).await.expect(201);
    assert_eq!(asked["attachments"][0]["name"], "rain.mp4");
}
