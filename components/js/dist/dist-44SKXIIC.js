import{a}from"./chunk-YZ7KEKLK.js";import"./chunk-SVE6PSNF.js";import"./chunk-BKGPNESU.js";export{a as parser};
