pub mod strict_json;
